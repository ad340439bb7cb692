// Instants in the visitor's own zone and language.

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

function inWords(at, form) {
  const today = at.toDateString() === new Date().toDateString();
  if (form === "long") return `${day.format(at)}, ${clock.format(at)}`;
  return today ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

export function localise(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    element.textContent = inWords(at, element.dataset.form);
    element.title = whole.format(at);
  }
}

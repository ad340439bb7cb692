// Instants in the visitor's own zone and language, and the time that is left until one.

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
const span = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const MINUTE = 60;

function inWords(at, form) {
  if (form === "countdown") return left(at);
  const today = at.toDateString() === new Date().toDateString();
  if (form === "long") return `${day.format(at)}, ${clock.format(at)}`;
  return today ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

function left(at) {
  const seconds = Math.ceil((at - Date.now()) / 1000);
  return Math.abs(seconds) < 2 * MINUTE ? span.format(seconds, "second") : span.format(Math.ceil(seconds / MINUTE), "minute");
}

export function localise(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    element.textContent = inWords(at, element.dataset.form);
    element.title = whole.format(at);
  }
}

/** Countdowns go on by themselves; beyond their instant they rest, as what comes then is told by the page. */
setInterval(() => {
  for (const element of document.querySelectorAll('time[data-form="countdown"]')) {
    const at = new Date(element.dateTime);
    if (at > Date.now()) element.textContent = left(at);
  }
}, 1000);

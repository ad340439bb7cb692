// What is said to everybody who cannot see it, and short notices to all.

const toast = document.getElementById("toast");
const announcer = document.getElementById("announcer");
const SECONDS = 7;
let hiding;

/** Say something to screen readers alone. */
export function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  announcer.append(line);
  if (announcer.childElementCount > 5) announcer.firstElementChild.remove();
}

/** Show a sentence for a while. */
export function notice(text) {
  clearTimeout(hiding);
  toast.textContent = text;
  hiding = setTimeout(() => (toast.textContent = ""), SECONDS * 1000);
}

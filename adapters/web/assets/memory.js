// What this browser remembers: the visitor's own answers (for good) and private replies (for the session).

const place = document.body.dataset.place;
const KEPT = 60;

function read(storage, key, fallback) {
  try {
    return JSON.parse(storage().getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page works without remembering.
  }
}

const lasting = () => localStorage;
const passing = () => sessionStorage;
const CHOICES = `studyhall.choices.${document.body.dataset.account}.${place}`;
const PRIVATE = `studyhall.private.${document.body.dataset.account}.${place}`;

export const theme = {
  get: () => read(lasting, "studyhall.theme.choice", "system"),
  set(value) {
    write(lasting, "studyhall.theme.choice", value);
    try {
      localStorage.setItem("studyhall.theme", value);
    } catch {
      // As above.
    }
  },
};

export function askedName() {
  return read(lasting, "studyhall.asked", false);
}

export function setAskedName() {
  write(lasting, "studyhall.asked", true);
}

/** The own answer to a message: {picked: [refs], final: bool}, or undefined. */
export function choice(message) {
  return read(lasting, CHOICES, {})[message];
}

export function setChoice(message, value) {
  const all = read(lasting, CHOICES, {});
  delete all[message];
  all[message] = value;
  write(lasting, CHOICES, Object.fromEntries(Object.entries(all).slice(-KEPT)));
}

/** Private replies as {key, about, after, html, echo}: `about` a message, or `after` the one they came after. */
export function privates() {
  return read(passing, PRIVATE, []);
}

/** Keep a private reply; in the stead of the one with the key `instead`, where that is kept. */
export function addPrivate(reply, instead = "") {
  const replaced = privates().find((each) => each.key === instead);
  if (replaced) {
    const kept = { ...reply, after: replaced.after };
    write(passing, PRIVATE, privates().map((each) => (each.key === instead ? kept : each)));
    return;
  }
  const others = privates().filter((each) => each.key !== reply.key && !(reply.about && each.about === reply.about));
  write(passing, PRIVATE, [...others, reply].slice(-KEPT));
}

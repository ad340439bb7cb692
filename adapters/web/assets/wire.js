// Talking to the server: actions that are safe to send again, and the stream of events.

export const words = JSON.parse(document.body.dataset.words);
export const place = document.body.dataset.place;
const TRIES = 4;

export class SaidError extends Error {}

function actionId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(15)), (byte) => byte.toString(36).padStart(2, "0")).join("");
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function answered(response) {
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new SaidError(told.error || words.refused);
  return told;
}

/** Send an action. It keeps its id when the network fails and it is sent again, so that it is done once. */
export async function act(name, body) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id: actionId(), place, ...body }),
  };
  for (let tried = 1; ; tried += 1) {
    let response;
    try {
      response = await fetch(`/api/${name}`, request);
    } catch {
      if (tried >= TRIES) throw new SaidError(words.failed);
      await pause(250 * 2 ** tried);
      continue;
    }
    return answered(response);
  }
}

/** Ask something that changes nothing. */
export async function ask(name, query = {}, signal = undefined) {
  const response = await fetch(`/api/${name}?${new URLSearchParams({ place, ...query })}`, { signal });
  return answered(response);
}

/** Follow the place's events from `after` on; `heard` is by event name, `state` gets "live" and "lost". */
export function follow(after, heard, state) {
  let last = after;
  const source = new EventSource(`/events?${new URLSearchParams({ place, after: last })}`);
  source.addEventListener("open", () => state("live"));
  source.addEventListener("error", () => {
    state("lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(last, heard, state), 3000);
  });
  for (const [name, hear] of Object.entries(heard)) {
    source.addEventListener(name, (event) => {
      if (event.lastEventId) last = event.lastEventId;
      hear(JSON.parse(event.data), Number(event.lastEventId));
    });
  }
}

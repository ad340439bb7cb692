// Answering: options, several options, sequences, buttons, letter reactions.

import { closeHome, openForm } from "./dialogs.js";
import * as memory from "./memory.js";
import { markChoice, markReactions, messageOf, showPrivate } from "./messages.js";
import { notice } from "./notices.js";
import { act, words } from "./wire.js";

const FINAL = ["right", "wrong", "partly"];

/**
 * What came back from the server, shown. `about` is the id of the message that was acted upon, `only` the key of the
 * private reply that was: an edit stands in its stead.
 */
export function showTold(told, about, echo, only) {
  if (told.private) {
    closeHome();
    showPrivate({ ...told.private, about, echo }, { instead: told.private.instead ? only : "" });
  }
  if (told.form) openForm(told.form, (ref, values) => submit(ref, values, about, only));
}

async function submit(ref, values, about, only) {
  const told = await act("submit", { ref, values, message: about });
  showTold(told, about, undefined, only);
  return told;
}

/** Do something once at a time with a control, and say it where it fails. */
async function once(control, deed) {
  if (control.ariaBusy === "true") return;
  control.ariaBusy = "true";
  control.classList.add("busy");
  try {
    await deed();
  } catch (error) {
    notice(error.message);
  } finally {
    control.ariaBusy = null;
    control.classList.remove("busy");
  }
}

function remember(message, picked, tone) {
  const before = memory.choice(message.dataset.id);
  if (before?.final) return;
  const refs = [...message.querySelectorAll(":scope > .column > .content .option")].map(
    (option) => option.dataset.ref ?? option.querySelector("input")?.value,
  );
  const indexes = picked.map((ref) => refs.indexOf(ref)).filter((index) => index >= 0);
  memory.setChoice(message.dataset.id, { picked, indexes, of: refs.length, final: FINAL.includes(tone) });
  markChoice(message);
}

async function press(control, ref, picked) {
  const message = messageOf(control);
  const about = message?.dataset.id;
  const told = await act("press", { ref, message: about, ...(picked ? { picked } : {}) });
  const isOption = picked || message?.querySelector(`.option[data-ref="${CSS.escape(ref)}"]`);
  if (message && isOption && told.private) remember(message, picked ?? [ref], told.private.tone);
  showTold(told, about, undefined, control.closest(".only-item > .only")?.dataset.key);
}

async function react(message, button) {
  const on = button.ariaPressed !== "true";
  const told = await act("react", { message: message.dataset.id, emoji: button.dataset.emoji, on });
  const others = (message.dataset.mine || "").split(" ").filter((each) => each && each !== button.dataset.emoji);
  message.dataset.mine = [...others, ...(on ? [button.dataset.emoji] : [])].join(" ");
  markReactions(message);
  showTold(told, message.dataset.id);
}

function tick(picking) {
  const any = picking.querySelector("input:checked");
  picking.querySelector("[data-send]").disabled = !any;
}

/** The sequence picked so far is kept in the element itself, as refs. */
const sequence = (picking) => (picking.dataset.sequence ? picking.dataset.sequence.split(" ") : []);

function setSequence(picking, refs) {
  picking.dataset.sequence = refs.join(" ");
  const options = [...picking.querySelectorAll(".option")];
  for (const option of options) {
    const place = refs.indexOf(option.dataset.ref) + 1;
    option.querySelector(".place").textContent = place || "";
    option.ariaPressed = String(place > 0);
  }
  const letters = refs.map((ref) => options.find((option) => option.dataset.ref === ref).dataset.letter);
  picking.querySelector(".sequence").textContent = letters.length ? `${words.order} ${letters.join(", ")}` : "";
  picking.querySelector("[data-undo]").disabled = refs.length === 0;
  picking.querySelector("[data-send]").disabled = refs.length !== options.length;
}

function pickNext(picking, ref) {
  const refs = sequence(picking);
  setSequence(picking, refs.includes(ref) ? refs.filter((each) => each !== ref) : [...refs, ref]);
}

function picked(picking) {
  if (picking.dataset.pick === "ordered") return sequence(picking);
  return [...picking.querySelectorAll("input:checked")].map((box) => box.value);
}

function clicked(event) {
  const control = event.target.closest("button");
  if (!control || !control.closest("#list, #home-body")) return;
  const message = messageOf(control);
  const picking = control.closest(".picking");
  if (control.matches(".reaction, .reaction-count")) once(control, () => react(message, control));
  else if (control.matches("[data-send]")) once(control, () => press(control, picking.dataset.submit, picked(picking)));
  else if (control.matches("[data-undo]")) setSequence(picking, sequence(picking).slice(0, -1));
  else if (picking && control.dataset.ref) pickNext(picking, control.dataset.ref);
  else if (control.dataset.ref) once(control, () => press(control, control.dataset.ref));
}

/** The letters A to J answer the question that has the focus (or holds what has). */
function typed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const content = event.target.closest?.(".content, .only-body");
  const index = "abcdefghij".indexOf(event.key.toLowerCase());
  if (!content || index < 0 || event.key.length !== 1) return;
  const option = content.querySelectorAll(".option")[index];
  if (!option) return;
  event.preventDefault();
  option.querySelector("input")?.focus();
  (option.matches("button") ? option : option.querySelector("input"))?.click();
}

export function open() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", typed);
  document.addEventListener("change", (event) => {
    const picking = event.target.closest("[data-pick=many]");
    if (picking) tick(picking);
  });
  document.querySelectorAll("[data-pick=many]").forEach(tick);
}

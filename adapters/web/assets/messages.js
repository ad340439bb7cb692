// The list of messages: putting in what the server rendered, without disturbing what the visitor is doing.

import { announce } from "./notices.js";
import * as memory from "./memory.js";
import { localise } from "./times.js";
import { ask, words } from "./wire.js";

const list = document.getElementById("list");
const empty = document.getElementById("empty");
const newer = document.getElementById("newer");
const earlier = document.getElementById("earlier");
const NEAR = 160;

/** The element that a piece of HTML of our own server makes. */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

export const messageOf = (node) => node.closest(".message");
const found = (id) => document.getElementById(`m-${id}`);
const nearEnd = () => window.innerHeight + window.scrollY > document.documentElement.scrollHeight - NEAR;

/** Whether the page is on its way to the end, which takes a moment: what comes in between is followed too. */
let onTheWay = false;

export function toEnd(behaviour = "smooth") {
  onTheWay = behaviour === "smooth" && !nearEnd();
  window.scrollTo({ top: document.documentElement.scrollHeight, behavior: behaviour });
  newer.hidden = true;
}

/** Set times, own answers, reactions and scroll boxes in a part of the page that has just been put in. */
export function dress(root) {
  localise(root);
  for (const box of root.querySelectorAll(".scroll")) {
    box.tabIndex = 0;
    box.role = "group";
    box.ariaLabel = words.scroll;
  }
  const messages = root.matches(".message") ? [root, ...root.querySelectorAll(".message")] : root.querySelectorAll(".message");
  for (const message of messages) {
    markChoice(message);
    markReactions(message);
  }
}

/** Mark the own answer in a question, and in the bars once it is revealed. */
export function markChoice(message) {
  const mine = memory.choice(message.dataset.id);
  if (!mine) return;
  const options = [...message.querySelectorAll(":scope > .column > .content .option")];
  for (const option of options) {
    const ref = option.dataset.ref ?? option.querySelector("input")?.value;
    const chosen = mine.picked.includes(ref);
    if (option.matches("button") && !option.closest("[data-pick=ordered]")) option.ariaPressed = String(chosen);
    if (chosen) option.dataset.yours = words.yours;
    else delete option.dataset.yours;
    const box = option.querySelector("input");
    if (box) box.checked = chosen;
  }
  message.querySelectorAll(":scope > .column > .content .bar").forEach((bar, index, bars) => {
    const chosen = bars.length === mine.of && mine.indexes?.includes(index);
    bar.classList.toggle("chosen", chosen);
    if (chosen) bar.querySelector(".bar-label").dataset.yours = words.yours;
  });
}

/** Show which reactions are the visitor's own, and how many there are of those that are no answers. */
export function markReactions(message) {
  const mine = (message.dataset.mine || "").split(" ");
  for (const button of message.querySelectorAll(":scope > .column > .foot .reaction")) {
    button.ariaPressed = String(mine.includes(button.dataset.emoji));
  }
  const counts = message.querySelector(":scope > .column > .counts");
  const chips = Object.entries(JSON.parse(counts.dataset.counts)).map(([emoji, count]) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "count reaction-count";
    chip.dataset.emoji = emoji;
    chip.ariaPressed = String(mine.includes(emoji));
    chip.textContent = `${emoji} ${count}`;
    return chip;
  });
  counts.replaceChildren(...chips);
}

export function setReactions({ id, mine, counts }) {
  const message = found(id);
  if (!message) return;
  message.dataset.mine = mine.join(" ");
  message.querySelector(":scope > .column > .counts").dataset.counts = JSON.stringify(counts);
  markReactions(message);
}

/** Put in a new message, or bring one that is here up to date. `quiet` where nobody has to be told. */
export function take({ id, parent, html, summary }, seq = 0, quiet = false) {
  const fresh = element(html);
  const old = found(id);
  if (old) {
    if (seq > Number(old.dataset.seq)) renew(old, fresh, summary);
    document.dispatchEvent(new Event("messages"));
    return;
  }
  const follows = onTheWay || nearEnd();
  const target = (parent && found(parent)?.querySelector(":scope > .column > .thread")) || list;
  inOrder(target, fresh);
  dress(fresh);
  empty.hidden = true;
  document.dispatchEvent(new Event("messages"));
  if (quiet) return;
  fresh.classList.add("arrived");
  announce(summary);
  if (follows) toEnd();
  else newer.hidden = false;
}

function inOrder(target, fresh) {
  const after = [...target.children].findLast((each) => each.dataset.id && each.dataset.id < fresh.dataset.id);
  let place = after ? after.nextElementSibling : target.firstElementChild;
  while (after && place && !place.dataset.id) place = place.nextElementSibling;
  target.insertBefore(fresh, place);
}

/** Replace only the blocks that changed: focus, ticks and sequences in the others stay as they are. */
function renew(old, fresh, summary) {
  const follows = onTheWay || nearEnd();
  old.dataset.seq = fresh.dataset.seq;
  const cards = [old, fresh].map((each) => each.querySelector(":scope > .column > .content > .card"));
  const spoken = old.dataset.summary !== summary;
  old.dataset.summary = summary;
  if (!sameBlocks(...cards)) {
    const held = cards[0].contains(document.activeElement);
    cards[0].replaceWith(cards[1]);
    if (held) cards[1].focus({ preventScroll: true });
  }
  const feet = [old, fresh].map((each) => each.querySelector(":scope > .column > .foot"));
  if (feet[0].dataset.print !== feet[1].dataset.print) feet[0].replaceWith(feet[1]);
  dress(old);
  if (spoken) announce(summary);
  if (follows) toEnd();
}

function sameBlocks(old, fresh) {
  const [were, are] = [old, fresh].map((card) => [...card.querySelectorAll(":scope > .block")]);
  const same =
    old.dataset.tone === fresh.dataset.tone &&
    old.querySelector(".card-title")?.outerHTML === fresh.querySelector(".card-title")?.outerHTML &&
    were.length === are.length &&
    were.every((block, index) => block.dataset.kind === are[index].dataset.kind);
  if (!same) return false;
  were.forEach((block, index) => {
    if (block.dataset.print !== are[index].dataset.print) block.replaceWith(are[index]);
  });
  return true;
}

/** Show a private reply in the stead of another (its key), beneath what it is about, or at the end. */
export function showPrivate({ key, about, after, html, echo }, { instead = "", fresh = true } = {}) {
  const old = instead ? list.querySelector(`.only-item > .only[data-key="${CSS.escape(instead)}"]`) : null;
  const made = document.getElementById("private-template").content.firstElementChild.cloneNode(true);
  made.dataset.key = key;
  made.querySelector(".only-body").append(element(html));
  const typed = old?.querySelector(".echo").textContent || echo;
  if (typed) {
    const line = made.querySelector(".echo");
    line.textContent = typed;
    line.hidden = false;
  }
  const subject = about && found(about);
  if (old) old.replaceWith(made);
  else if (subject) subject.querySelector(":scope > .column > .aside").replaceChildren(made);
  else atPlace(made, after);
  localise(made);
  document.dispatchEvent(new Event("messages"));
  if (!fresh) return;
  announce(made.querySelector(".only-body").innerText);
  memory.addPrivate({ key, about, after: after ?? lastId(), html, echo: typed }, instead);
  if (old) made.querySelector(".card").focus({ preventScroll: true });
  if (subject || old) made.scrollIntoView({ block: "nearest", behavior: "smooth" });
  else toEnd();
}

export const lastId = () => [...list.children].findLast((each) => each.dataset.id)?.dataset.id ?? "";

function atPlace(made, after) {
  const item = document.createElement("li");
  item.className = "only-item";
  item.append(made);
  const before = after === undefined ? null : found(after);
  let place = before?.nextElementSibling ?? null;
  while (place && !place.dataset.id) place = place.nextElementSibling;
  list.insertBefore(item, before ? place : null);
  empty.hidden = true;
}

async function loadEarlier() {
  const first = list.querySelector("[data-id]");
  const loaded = String(document.querySelectorAll(".message").length);
  const { messages } = await ask("messages", { before: first?.dataset.id ?? "", loaded });
  const height = document.documentElement.scrollHeight;
  for (const message of messages) take(message, 0, true);
  window.scrollBy({ top: document.documentElement.scrollHeight - height, behavior: "instant" });
  earlier.hidden = messages.length < 50;
  announce(messages.length ? messages[0].summary : words.nothing);
  (list.querySelector(".card") ?? list).focus({ preventScroll: true });
}

export function open() {
  dress(list);
  for (const reply of memory.privates()) showPrivate(reply, { fresh: false });
  earlier.addEventListener("click", () => loadEarlier());
  newer.addEventListener("click", () => toEnd());
  window.addEventListener("scroll", () => nearEnd() && (newer.hidden = true), { passive: true });
  window.addEventListener("scrollend", () => { onTheWay = false; });
  for (const turn of ["wheel", "touchmove", "keydown"]) window.addEventListener(turn, () => { onTheWay = false; }, { passive: true });
  toEnd("instant");
}

// The composer: words to everybody, answers beneath a question, commands with completion.

import { anyOpen } from "./dialogs.js";
import { showTold } from "./answers.js";
import * as memory from "./memory.js";
import { messageOf } from "./messages.js";
import { notice } from "./notices.js";
import { act, ask, words } from "./wire.js";

const byId = (id) => document.getElementById(id);
const [text, context, completions] = [byId("text"), byId("context"), byId("completions")];
const PAUSE = 120;
const MOST = 90;
const FINAL = "[data-tone=right], [data-tone=wrong], [data-tone=partly]";
const left = new Set();
let thread = "";
let chosenByHand = false;
let chosen = -1;
let waiting;
let asking;

const isCommand = () => text.value.startsWith("/");
const asks = (message) => message.querySelector(":scope > .column > .content > .card")?.dataset.tone === "question";

function setThread(message, byHand) {
  thread = message?.dataset.id ?? "";
  chosenByHand = byHand;
  context.hidden = !message;
  text.placeholder = message && asks(message) ? words.answer : words.everybody;
  if (!message) return;
  const said = message.querySelector(".prose, .said")?.innerText ?? message.dataset.summary;
  byId("context-text").textContent = `${asks(message) ? words.answering : words.replying} ${said.length > MOST ? `${said.slice(0, MOST).trimEnd()}…` : said}`;
}

function unanswered(message) {
  const told = message.querySelector(":scope > .column > .aside .card");
  return asks(message) && !told?.matches(FINAL) && !memory.choice(message.dataset.id)?.final;
}

/** What is typed answers the newest question that is open and not answered, so that no answer is told to everybody. */
function aim() {
  if (chosenByHand && document.getElementById(`m-${thread}`)) return;
  const open = [...document.querySelectorAll("#list > .message")].findLast(asks);
  setThread(open && unanswered(open) && !left.has(open.dataset.id) ? open : null, false);
}

function toEverybody() {
  left.add(thread);
  setThread(null, false);
  aim();
  text.focus();
}

async function send() {
  const said = text.value.trim();
  if (!said) return;
  const about = said.startsWith("/") ? "" : thread;
  text.value = "";
  close();
  try {
    const told = await act("say", { text: said, thread: about });
    showTold(told, about || undefined, said);
    chosenByHand = false;
    aim();
  } catch (error) {
    text.value ||= said;
    notice(error.message);
  }
}

function close() {
  clearTimeout(waiting);
  asking?.abort();
  completions.hidden = true;
  completions.replaceChildren();
  chosen = -1;
  text.ariaExpanded = "false";
  text.removeAttribute("aria-activedescendant");
}

function choose(index) {
  const options = [...completions.children];
  chosen = (index + options.length) % options.length;
  options.forEach((option, each) => (option.ariaSelected = String(each === chosen)));
  options[chosen].scrollIntoView({ block: "nearest" });
  text.setAttribute("aria-activedescendant", options[chosen].id);
}

function completion({ value, label }, index) {
  const option = document.createElement("li");
  option.id = `completion-${index}`;
  option.role = "option";
  option.ariaSelected = "false";
  option.dataset.value = value;
  const name = document.createElement("b");
  name.textContent = value;
  option.append(name);
  if (label && label !== value) {
    const said = document.createElement("span");
    said.textContent = label;
    option.append(said);
  }
  return option;
}

/** A whole line replaces the line, a word the last one. */
function complete(value) {
  const line = text.value;
  text.value = `${value.startsWith("/") ? value : line.slice(0, line.lastIndexOf(" ") + 1) + value} `;
  text.focus();
  suggest();
}

async function suggest() {
  asking?.abort();
  if (!isCommand()) return close();
  asking = new AbortController();
  try {
    const { suggestions } = await ask("complete", { line: text.value }, asking.signal);
    chosen = -1;
    text.removeAttribute("aria-activedescendant");
    completions.replaceChildren(...suggestions.map(completion));
    completions.hidden = suggestions.length === 0;
    text.ariaExpanded = String(suggestions.length > 0);
  } catch {
    // Overtaken by the next letter, or the server is away: commands work without completion.
  }
}

function keyed(event) {
  const open = !completions.hidden;
  if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? chosen + 1 : Math.max(chosen, 0) - 1);
  } else if (open && (event.key === "Tab" || event.key === "Enter") && chosen >= 0 && !event.shiftKey) {
    event.preventDefault();
    complete(completions.children[chosen].dataset.value);
  } else if (event.key === "Escape") {
    if (open) close();
    else if (thread) toEverybody();
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    send();
  }
}

function slash(event) {
  const typing = event.target.matches("input, textarea, select");
  if (event.key !== "/" || typing || anyOpen() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  text.focus();
  if (!text.value) text.value = "/";
  suggest();
}

export function open() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener("keydown", keyed);
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, PAUSE);
  });
  text.addEventListener("blur", () => setTimeout(() => text !== document.activeElement && close(), 150));
  completions.addEventListener("mousedown", (event) => event.preventDefault());
  completions.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) complete(option.dataset.value);
  });
  byId("context-close").addEventListener("click", toEverybody);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reply]");
    if (!button) return;
    setThread(messageOf(button), true);
    text.focus();
  });
  document.addEventListener("keydown", slash);
  document.addEventListener("messages", aim);
  aim();
}

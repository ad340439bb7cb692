// Dialogs: forms that the bot opens, the visitor's name, the own desk.

import * as memory from "./memory.js";
import { element } from "./messages.js";
import { notice } from "./notices.js";
import { localise } from "./times.js";
import { act, ask, words } from "./wire.js";

const byId = (id) => document.getElementById(id);
const [formDialog, nameDialog, homeDialog] = [byId("form-dialog"), byId("name-dialog"), byId("home-dialog")];

export const anyOpen = () => [formDialog, nameDialog, homeDialog].some((dialog) => dialog.open);

function showFaults(form, faults) {
  let first;
  for (const line of form.querySelectorAll("[data-fault]")) {
    const text = faults[line.dataset.fault] ?? "";
    const field = form.elements.namedItem(line.dataset.fault);
    line.textContent = text;
    field.ariaInvalid = text ? "true" : "false";
    if (text) first ??= field;
  }
  first?.focus();
}

function missing(form) {
  const empty = [...form.elements].filter((field) => field.required && !field.value.trim());
  return Object.fromEntries(empty.map((field) => [field.name, words.required]));
}

/** Open a form; `send(ref, values)` gives what came back, `errors` in it keep it open. */
export function openForm(html, send) {
  const form = element(html);
  byId("form-body").replaceChildren(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const faults = missing(form);
    showFaults(form, faults);
    if (Object.keys(faults).length) return;
    try {
      const { errors } = await send(form.dataset.ref, Object.fromEntries(new FormData(form)));
      if (errors) showFaults(form, errors);
      else formDialog.close();
    } catch (error) {
      notice(error.message);
    }
  });
  formDialog.showModal();
}

async function rename(event) {
  event.preventDefault();
  const field = byId("name-field");
  try {
    const { name } = await act("name", { name: field.value });
    byId("name").textContent = name;
    document.body.dataset.name = name;
    nameDialog.close();
  } catch (error) {
    byId("name-fault").textContent = error.message;
    field.ariaInvalid = "true";
    field.focus();
  }
}

/** What is told on the page is seen once the desk does not lie over it. */
export const closeHome = () => homeDialog.close();

export function showHome({ html }) {
  byId("home-body").replaceChildren(element(html));
  localise(homeDialog);
}

async function openHome() {
  try {
    showHome(await ask("home"));
    homeDialog.showModal();
  } catch (error) {
    notice(error.message);
  }
}

export function open() {
  byId("name-form").addEventListener("submit", rename);
  byId("open-name").addEventListener("click", () => nameDialog.showModal());
  byId("open-home").addEventListener("click", openHome);
  nameDialog.addEventListener("close", () => memory.setAskedName());
  document.addEventListener("click", (event) => event.target.closest("dialog [data-close]")?.closest("dialog").close());
  if (!document.body.dataset.name && !memory.askedName()) nameDialog.showModal();
}

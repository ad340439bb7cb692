// The page comes to life: what is in it is dressed, then it follows the place's events.

import * as answers from "./answers.js";
import * as composer from "./composer.js";
import * as dialogs from "./dialogs.js";
import * as memory from "./memory.js";
import * as messages from "./messages.js";
import { announce } from "./notices.js";
import { follow, words } from "./wire.js";

const byId = (id) => document.getElementById(id);
const THEMES = ["system", "light", "dark"];

function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const said = `${words.theme} ${words[theme]}`;
  byId("theme-said").textContent = said;
  byId("theme").title = said;
}

function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(memory.theme.get()) + 1) % THEMES.length];
  memory.theme.set(theme);
  setTheme(theme);
}

function connection(state) {
  const shown = byId("connection");
  if (shown.dataset.state === state) return;
  const was = shown.dataset.state;
  shown.dataset.state = state;
  shown.title = byId("connection-said").textContent = words[state];
  if (state === "lost") announce(words.lost);
  else if (was === "lost") announce(words.back);
}

setTheme(memory.theme.get());
byId("theme").addEventListener("click", nextTheme);
messages.open();
answers.open();
composer.open();
dialogs.open();
follow(
  document.body.dataset.cursor,
  {
    message: (told, seq) => messages.take(told, seq),
    reactions: messages.setReactions,
    whisper: (told) => messages.showPrivate({ ...told, key: `w-${messages.lastId()}` }),
    home: dialogs.showHome,
    reload: () => location.reload(),
  },
  connection,
);

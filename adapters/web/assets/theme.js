// Loaded before the page is painted, so that it does not flash in the other colours.
try {
  const theme = localStorage.getItem("studyhall.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that forbids storage shows the system's colours.
}

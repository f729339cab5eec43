/** "Ask" buttons open the desk; the shop needs nothing else of it. */
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => {
    const { Sportello } = /** @type {{Sportello?: import("../loader/loader.ts").SportelloApi}} */ (/** @type {unknown} */ (window));
    if (button.getAttribute("data-ask") === "video") Sportello?.startVideo();
    else Sportello?.startChat();
  });
}

import { byId } from "./dom.js";

/** Keeps the page's files in the browser, where it lets a page do that: then the page needs no network. */
export function startOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const say = (): void => {
    byId("offline").textContent = "All of it is here now: the page works without a network.";
  };
  const keep = async (): Promise<void> => {
    await navigator.serviceWorker.register(new URL("./offline.js", document.baseURI));
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) say();
    else navigator.serviceWorker.addEventListener("controllerchange", say, { once: true });
  };
  // Without it, the page is as good, while there is a network.
  keep().catch((error: unknown) => console.info(`This page cannot be kept for use without a network: ${error}`));
}

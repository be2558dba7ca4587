import { listen } from "./protocol.js";

let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/** One turn of the event loop; the web's timers would wait for milliseconds. */
export function turn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (action: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else {
      waiting.push(resolve);
      openChannel().postMessage(null);
    }
  });
}

function openChannel(): MessagePort {
  if (channel === undefined) {
    channel = new MessageChannel();
    const next = () => waiting.shift()?.();
    listen(channel.port1, next, next);
  }
  return channel.port2;
}

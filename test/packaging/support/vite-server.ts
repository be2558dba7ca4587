/** Vite's development server, as its command line starts it: in a process of its own, which takes all that it has started with it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { inRepository } from "../programs.js";

/** Starts the server of a Vite (its folder in the repository) for a project, calls `action` with its URL, and ends it. */
export async function withViteServer<T>(vite: string, project: string, action: (url: string) => Promise<T>): Promise<T> {
  // Vite takes the next one that is free, if this is not.
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const args = [inRepository(`${vite}/bin/vite.js`), "--host", "127.0.0.1", "--port", port];
  const server = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(server, "close");
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      const hear = (text: Buffer) => {
        said += stripVTControlCharacters(String(text));
        const [, found] = /Local:\s+(http:\S+)/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
      closed.then(() => reject(new Error(`Vite must start, got\n${said}`)), reject);
    });
    return await action(url);
  } finally {
    server.kill();
    await closed;
  }
}

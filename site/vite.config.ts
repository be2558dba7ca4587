import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { data } from "./build/data.js";
import { offline } from "./build/offline.js";
import { page } from "./build/page.js";

/** `npm run site` and `npm run site:dev`: static files that work from any folder of any server. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  // The package and the examples lie beside this folder.
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
  plugins: [page(), data(), offline()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The Content-Security-Policy allows no `data:` but for pictures; and a file that is fetched is one that can be kept for later.
    assetsInlineLimit: 0,
    // The bundle of TensorFlow.js, which only the last panel loads.
    chunkSizeWarningLimit: 2000,
  },
});

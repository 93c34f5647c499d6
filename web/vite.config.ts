import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/* sw.js beside index.html: the service worker with the names of all files of this build, and a version that changes with any of them. */
function worker(): Plugin {
  const source = fileURLToPath(new URL("./src/offline/worker.js", import.meta.url));
  const plain = fileURLToPath(new URL("./public", import.meta.url));
  return {
    name: "bihuan-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = [...Object.keys(bundle).filter((f) => !f.endsWith(".map")), ...readdirSync(plain)].sort();
      const text = readFileSync(source, "utf8");
      const version = createHash("sha256").update(text);
      for (const f of files) {
        const b = bundle[f];
        version.update(f).update(!b ? readFileSync(`${plain}/${f}`) : b.type === "chunk" ? b.code : b.source);
      }
      this.emitFile({ type: "asset", fileName: "sw.js", source: text.replace("__FILES__", JSON.stringify(files)).replace("__VERSION__", version.digest("hex").slice(0, 16)) });
    },
  };
}

/* The output is served by the program itself from any folder, hence the relative base. Nothing is inlined as a data: script and no
 * inline script is made: the server's CSP is default-src 'self'. */
export default defineConfig({
  base: "./",
  plugins: [vue(), worker()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "dist",
    target: "es2020",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks(id: string) {
          if (/node_modules\/(echarts|zrender)\//.test(id)) return "echarts";
          if (/node_modules\/(ol|rbush|quickselect|earcut|pbf)\//.test(id)) return "ol";
          if (/node_modules\/(vue|@vue|vue-router)\//.test(id)) return "vue";
          return undefined;
        },
      },
    },
  },
  server: {
    proxy: { "/api": { target: process.env.BIHUAN_API ?? "http://127.0.0.1:8088", changeOrigin: false } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});

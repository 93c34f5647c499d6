import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

/* The output is served by the program itself from any folder, hence the relative base. Nothing is inlined as a data: script and no
 * inline script is made: the server's CSP is default-src 'self'. */
export default defineConfig({
  base: "./",
  plugins: [vue()],
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

import { createApp } from "vue";
import App from "./App.vue";
import { startLang } from "./i18n";
import { router } from "./router";
import "./styles/element";
import "./styles/main.css";

void startLang().then(() => createApp(App).use(router).mount("#app"));

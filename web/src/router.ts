import { watchEffect } from "vue";
import { ElMessage } from "element-plus";
import { createRouter, createWebHashHistory } from "vue-router";
import { pick, t, type Key } from "./i18n";
import { liveState } from "./api/live";
import { city, known, signedIn } from "./state/session";

declare module "vue-router" {
  interface RouteMeta {
    title: Key;
    open?: boolean; // may be seen without signing in
  }
}

export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: "/", name: "overview", component: () => import("./pages/OverviewPage.vue"), meta: { title: "nav.overview" } },
    { path: "/login", name: "login", component: () => import("./pages/LoginPage.vue"), meta: { title: "login.title", open: true } },
    { path: "/map", name: "map", component: () => import("./pages/MapPage.vue"), meta: { title: "nav.map", open: true } },
    { path: "/sites", name: "sites", component: () => import("./pages/SitesPage.vue"), meta: { title: "nav.sites", open: true } },
    { path: "/sites/:id(\\d+)", name: "site", component: () => import("./pages/SitePage.vue"), meta: { title: "nav.sites", open: true } },
    { path: "/rank", name: "rank", component: () => import("./pages/RankPage.vue"), meta: { title: "nav.rank", open: true } },
    { path: "/forecast", name: "forecast", component: () => import("./pages/ForecastPage.vue"), meta: { title: "forecast.title" } },
    { path: "/bulletins", name: "bulletins", component: () => import("./pages/BulletinPage.vue"), meta: { title: "bulletin.title" } },
    { path: "/quality", name: "quality", component: () => import("./pages/QualityPage.vue"), meta: { title: "quality.title" } },
    { path: "/plans", name: "plans", component: () => import("./pages/PlansPage.vue"), meta: { title: "nav.plans" } },
    { path: "/plans/:id(\\d+)", name: "plan", component: () => import("./pages/PlanPage.vue"), meta: { title: "nav.plans" } },
    { path: "/targets", name: "targets", component: () => import("./pages/TargetsPage.vue"), meta: { title: "goals.title" } },
    { path: "/cases", name: "cases", component: () => import("./pages/CasesPage.vue"), meta: { title: "nav.cases", open: true } },
    { path: "/ledgers", name: "ledgers", component: () => import("./pages/LedgersPage.vue"), meta: { title: "nav.cases" } },
    { path: "/cases/board", name: "board", component: () => import("./pages/BoardPage.vue"), meta: { title: "ledgers.board" } },
    { path: "/cases/calendar", name: "calendar", component: () => import("./pages/CalendarPage.vue"), meta: { title: "ledgers.calendar" } },
    { path: "/cases/map", name: "casemap", component: () => import("./pages/CaseMapPage.vue"), meta: { title: "ledgers.map" } },
    { path: "/cases/statistics", name: "statistics", component: () => import("./pages/StatisticsPage.vue"), meta: { title: "ledgers.statistics" } },
    { path: "/command", name: "command", component: () => import("./pages/CommandPage.vue"), meta: { title: "command.title" } },
    { path: "/leader", name: "leader", component: () => import("./pages/LeaderPage.vue"), meta: { title: "leader.title" } },
    { path: "/cases/:id(\\d+)", name: "case", component: () => import("./pages/CasePage.vue"), meta: { title: "nav.cases", open: true } },
    { path: "/public", name: "public", component: () => import("./pages/PublicPage.vue"), meta: { title: "nav.public", open: true } },
    { path: "/public/report", name: "report", component: () => import("./pages/ReportPage.vue"), meta: { title: "public.report", open: true } },
    { path: "/public/open", name: "opendays", component: () => import("./pages/OpenDaysPage.vue"), meta: { title: "open.title", open: true } },
    { path: "/field", name: "field", component: () => import("./pages/FieldPage.vue"), meta: { title: "fieldwork.title" } },
    { path: "/field/record", name: "fieldrecord", component: () => import("./pages/FieldRecordPage.vue"), meta: { title: "fieldwork.title" } },
    { path: "/complaints/new", name: "intake", component: () => import("./pages/IntakePage.vue"), meta: { title: "intake.title" } },
    { path: "/devices", name: "devices", component: () => import("./pages/DevicesPage.vue"), meta: { title: "nav.devices" } },
    { path: "/devices/:id(\\d+)", name: "device", component: () => import("./pages/DevicePage.vue"), meta: { title: "nav.devices" } },
    { path: "/rules", name: "rules", component: () => import("./pages/RulesPage.vue"), meta: { title: "nav.rules", open: true } },
    { path: "/about", name: "about", component: () => import("./pages/AboutPage.vue"), meta: { title: "nav.about", open: true } },
    { path: "/:rest(.*)*", name: "missing", component: () => import("./pages/MissingPage.vue"), meta: { title: "missing.title", open: true } },
  ],
});

router.beforeEach(async (to) => {
  await known;
  if (!to.meta.open && !signedIn.value) return { name: "login", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
  return true;
});
/* A page's own script could not be fetched: without a connection it is said; with one the server has a newer client, which is loaded. */
router.onError((e, to) => {
  if (!/import|module|chunk|load/i.test(String((e as Error).message))) throw e;
  if (liveState.value === "open") {
    location.hash = "#" + to.fullPath;
    location.reload();
  } else ElMessage.warning(t("error.page"));
});
/* For those who work here all day every page is at hand before it is needed, also through a lost connection; a visitor's line is left alone. */
export function fetchPages(): void {
  if (!signedIn.value) return;
  for (const r of router.getRoutes()) {
    const page = r.components?.default as unknown;
    if (typeof page === "function") void (page as () => Promise<unknown>)().catch(() => undefined);
  }
}
watchEffect(() => {
  const key = router.currentRoute.value.meta.title;
  const place = pick(city.value, "name");
  document.title = [key && t(key), place, t("app.name")].filter(Boolean).join(" · ");
});

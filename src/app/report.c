#include "app/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/scoped.h"

const char *report_mn(const char *mn, bool whole)
{
    size_t n = strlen(mn);
    return whole || n <= 6 ? mn : mn + n - 6;
}

static void one_device(struct jw *w, const struct gateway_device *d, const struct place *place, bool whole)
{
    jw_object(w);
    report_device_members(w, d, place, whole);
    jw_end_object(w);
}

static void unknown_list(struct jw *w, struct gateway *g, bool whole)
{
    struct gateway_unknown *unknown = calloc(GATEWAY_UNKNOWN_MAX, sizeof *unknown);
    size_t n = unknown ? gateway_unknown(g, unknown, GATEWAY_UNKNOWN_MAX) : 0;
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kstr(w, "mn", report_mn(unknown[i].mn, whole));
        jw_ktime(w, "first", unknown[i].first);
        jw_ktime(w, "seen", unknown[i].last);
        jw_kint(w, "frames", (int64_t)unknown[i].frames);
        jw_end_object(w);
    }
    jw_end_array(w);
    free(unknown);
}

void report_devices(struct gateway *g, struct roster *v, bool whole, bool decides, struct buf *out)
{
    const struct place *place = v->core->place;
    struct gateway_device *device = NULL;
    struct gateway_stats stats;
    size_t n = 0;
    struct jw w = JW(out);
    gateway_stats(g, &stats);
    jw_object(&w);
    jw_key(&w, "devices");
    jw_array(&w);
    if (gateway_devices(g, &device, &n, NULL) == 0)
        for (size_t i = 0; i < n; i++)
            one_device(&w, &device[i], place, whole);
    free(device);
    jw_end_array(&w);
    jw_key(&w, "refused");
    jw_array(&w);
    for (int i = 1; i < GATEWAY_REFUSALS; i++) {
        jw_object(&w);
        jw_kstr(&w, "reason", gateway_refusal_name(i));
        jw_kint(&w, "frames", (int64_t)stats.refused[i]);
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_key(&w, "unknown");
    unknown_list(&w, g, decides);
    jw_key(&w, "joins");
    report_joins(&w, g, place, whole);
    jw_key(&w, "ignored");
    roster_write_ignored(v, decides, &w);
    jw_kint(&w, "connections", (int64_t)stats.connections);
    jw_kint(&w, "queue", (int64_t)stats.queue);
    jw_kint(&w, "frames", (int64_t)stats.frames);
    jw_kint(&w, "stored", (int64_t)stats.stored);
    jw_kint(&w, "repeats", (int64_t)stats.repeats);
    jw_kint(&w, "throttled", (int64_t)stats.throttled);
    jw_kint(&w, "parts_open", (int64_t)stats.parts_open);
    jw_kint(&w, "parts_incomplete", (int64_t)stats.parts_incomplete);
    jw_kint(&w, "gaps_open", (int64_t)stats.gaps_open);
    jw_end_object(&w);
}

static int64_t resident_bytes(void)
{
    char line[128] = ""; /* "size resident ..." in pages */
    scoped(fclosep) FILE *f = fopen("/proc/self/statm", "re");
    const char *second = f && fgets(line, sizeof line, f) ? strchr(line, ' ') : NULL;
    return second ? strtoll(second, NULL, 10) * sysconf(_SC_PAGESIZE) : 0;
}

void report_metrics(struct gateway *g, const struct place *place, double uptime_s, struct buf *out)
{
    struct gateway_stats s;
    gateway_stats(g, &s);
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } lines[] = {
        { "bihuan_gateway_frames_total", "counter", "Frames read whole and sound", s.frames },
        { "bihuan_gateway_stored_total", "counter", "New records on disk", s.stored },
        { "bihuan_gateway_repeats_total", "counter", "Frames stored before and answered again", s.repeats },
        { "bihuan_gateway_answers_total", "counter", "Answers sent to devices", s.answers },
        { "bihuan_gateway_commits_total", "counter", "Durable transactions", s.commits },
        { "bihuan_gateway_throttled_total", "counter", "Times a line was not read because it sent too fast",
          s.throttled },
        { "bihuan_gateway_parts_complete_total", "counter", "Split uploads that came whole",
          s.parts_complete },
        { "bihuan_gateway_parts_incomplete", "gauge", "Split uploads whose rest did not come in time",
          s.parts_incomplete },
        { "bihuan_gateway_heal_requests_total", "counter", "Requests for missing data", s.asked },
        { "bihuan_gateway_gaps_open", "gauge", "Gaps that are still asked for", s.gaps_open },
        { "bihuan_gateway_gaps_filled_total", "counter", "Gaps whose data came", s.gaps_filled },
        { "bihuan_gateway_gaps_refused_total", "counter", "Gaps of which the device has nothing",
          s.gaps_refused },
        { "bihuan_gateway_gaps_given_up_total", "counter", "Gaps for which the device did not answer",
          s.gaps_given_up },
        { "bihuan_gateway_connections", "gauge", "Device connections open", s.connections },
        { "bihuan_gateway_queue_frames", "gauge", "Frames not committed yet", s.queue },
        { "bihuan_store_ok", "gauge", "1 while the observation store takes what is sent",
          s.store == GATEWAY_STORE_OK },
        { "bihuan_sites", "gauge", "Sites of the city", place->n_sites },
        { "process_resident_memory_bytes", "gauge", "Resident memory", (uint64_t)resident_bytes() },
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", lines[i].name, lines[i].help,
                 lines[i].name, lines[i].type, lines[i].name, lines[i].value);
    buf_addf(out, "# HELP bihuan_gateway_refused_total Frames refused, by reason\n# TYPE "
                  "bihuan_gateway_refused_total counter\n");
    for (int i = 1; i < GATEWAY_REFUSALS; i++)
        buf_addf(out, "bihuan_gateway_refused_total{reason=\"%s\"} %" PRIu64 "\n", gateway_refusal_name(i),
                 s.refused[i]);
    buf_addf(out, "# HELP bihuan_gateway_commands_total Commands to devices, by how they ended\n# TYPE "
                  "bihuan_gateway_commands_total counter\n");
    for (int i = GATEWAY_COMMAND_DONE; i < GATEWAY_COMMAND_STATES; i++)
        buf_addf(out, "bihuan_gateway_commands_total{end=\"%s\"} %" PRIu64 "\n",
                 gateway_command_state_name((enum gateway_command_state)i), s.commands[i]);
    buf_addf(
        out,
        "# HELP bihuan_uptime_seconds Seconds since the server started\n# TYPE bihuan_uptime_seconds gauge\n"
        "bihuan_uptime_seconds %.3f\n",
        uptime_s);
}

void report_data_sources(struct buf *out)
{
    static const struct {
        const char *what, *what_en, *source, *licence, *url;
    } sources[] = {
        { "空气站小时值（4个站 × 3年，平移到今天）",
          "Hours of the air stations (4 sites × 3 years, moved to today)",
          "UCI Beijing Multi-Site Air-Quality Data; Zhang et al., Proc. R. Soc. A 473:20170457", "CC BY 4.0",
          "https://archive.ics.uci.edu/dataset/501/beijing+multi+site+air+quality+data" },
        { "临港污水处理厂日均值（平移到今天）", "Daily means of the wastewater plant (moved to today)",
          "noneaddress/FilesOfCsietpp2021", "Apache-2.0",
          "https://github.com/noneaddress/FilesOfCsietpp2021" },
        { "河流断面、烟气与企业废水（模拟，预置故障、超标与恢复）",
          "River sections, flue gas and enterprise outlets (simulated, with planted faults, exceedances and "
          "recoveries)",
          "Bihuan", "Apache-2.0", "" },
        { "碧湾市的边界、河流与点位（虚构）", "Boundaries, rivers and sites of Biwan (invented)", "Bihuan",
          "Apache-2.0", "" },
    };
    struct jw w = JW(out);
    jw_array(&w);
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        jw_object(&w);
        jw_kstr(&w, "what", sources[i].what);
        jw_kstr(&w, "what_en", sources[i].what_en);
        jw_kstr(&w, "source", sources[i].source);
        jw_kstr(&w, "licence", sources[i].licence);
        jw_kstr(&w, "url", sources[i].url);
        jw_end_object(&w);
    }
    jw_end_array(&w);
}

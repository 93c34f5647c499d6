/* import_bench.c - a list of N rows (50,000) into a new ledger: made, previewed, accepted, taken out again, previewed again. JSON lines. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "ledger/case_paper.h"
#include "ledger/import.h"

enum { UNITS = 400 };

static struct paper_column columns[] = { { "存在问题", PAPER_WORDS, 32 }, { "整改目标", PAPER_WORDS, 32 },
                                         { "整改措施", PAPER_WORDS, 36 }, { "责任单位", PAPER_WORDS, 18 },
                                         { "督导单位", PAPER_WORDS, 18 }, { "整改时限", PAPER_DATE, 12 },
                                         { "问题来源", PAPER_WORDS, 12 }, { "事项名称", PAPER_WORDS, 30 } };

static void die(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    exit(1);
}

static void make(size_t rows, struct buf *out)
{
    struct paper p = { .title = "整改清单" };
    struct err e = { 0 };
    struct paper_part *t = paper_table(&p, columns, 8);
    for (size_t i = 0; i < rows; i++) {
        char problem[160], unit[40], over[40], due[64];
        snprintf(problem, sizeof problem, "第%zu号排口氨氮浓度超过许可限值，夜间多发，周边群众反映强烈",
                 i + 1);
        snprintf(unit, sizeof unit, "第%zu净水厂", i % UNITS);
        snprintf(over, sizeof over, "第%zu净水厂", (i + 1) % UNITS);
        snprintf(due, sizeof due, "2026-%02zu-%02zu", i % 12 + 1, i % 28 + 1);
        const char *const cell[] = { problem,
                                     "完成整改并长期稳定达标",
                                     "1．检修曝气系统；\n2．增加碳源投加；\n3．完善在线监测。",
                                     unit,
                                     over,
                                     due,
                                     "自查",
                                     "氨氮超标" };
        for (size_t c = 0; c < 8; c++)
            paper_cell(&p, t, cell[c]);
    }
    if (paper_xlsx(&p, out, &e) < 0)
        die(&e);
    paper_release(&p);
}

static struct place *city(void)
{
    struct buf text = BUF_INIT;
    struct err e = { 0 };
    json_t *tree = NULL;
    struct place *p = NULL;
    buf_adds(&text, "{\"regions\":[{\"code\":\"r\"}],\"sites\":[],\"units\":[");
    for (int i = 0; i < UNITS; i++)
        buf_addf(&text, "%s{\"code\":\"unit-%d\",\"name\":\"第%d净水厂\"}", i ? "," : "", i, i);
    buf_adds(&text, "]}");
    if (json_read(text.data, text.len, &tree, &e) < 0 || place_build(tree, &p, &e) < 0)
        die(&e);
    json_decref(tree);
    buf_release(&text);
    return p;
}

static int64_t began;
static clock_t began_cpu;

static void lap(const char *what, size_t rows, size_t bytes)
{
    int64_t now = clock_monotonic_ns();
    double cpu = (double)(clock() - began_cpu) / CLOCKS_PER_SEC;
    printf("{\"what\":\"%s\",\"rows\":%zu,\"bytes\":%zu,\"seconds\":%.2f,\"cpu\":%.2f}\n", what, rows, bytes,
           (double)(now - began) / 1e9, cpu);
    fflush(stdout);
    began = clock_monotonic_ns();
    began_cpu = clock();
}

int main(int argc, char **argv)
{
    size_t rows = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 50000;
    char dir[] = "/tmp/bihuan-bench-XXXXXX", kept[64], command[80];
    struct ledger_store *store = NULL;
    struct ledgers *l = NULL;
    struct err e = { 0 };
    const struct actor duty = { .name = "duty", .role = ROLE_DUTY };
    struct buf book = BUF_INIT, out = BUF_INIT;
    struct paper p;
    struct place *place = city();
    int64_t now = INT64_C(1772672400000);
    if (!mkdtemp(dir) || ledger_store_open(dir, true, &store, &e) < 0 ||
        ledgers_open(store, place, DEFINITIONS, NULL, NULL, &l, &e) < 0)
        die(&e);
    snprintf(kept, sizeof kept, "%s/imports", dir);
    began = clock_monotonic_ns();
    make(rows, &book);
    lap("make", rows, book.len);
    if (import_put(l, kept, "rectification", "bench.xlsx", book.data, book.len, &duty, now, &out, &e) < 0)
        die(&e);
    lap("preview", rows, out.len);
    json_t *tree = NULL;
    if (json_read(out.data, out.len, &tree, &e) < 0)
        die(&e);
    int64_t id = json_int(tree, "id", 0);
    json_decref(tree);
    buf_clear(&out);
    if (import_accept(l, kept, id, false, &duty, now, &out, &e) < 0)
        die(&e);
    lap("accept", rows, out.len);
    buf_clear(&book);
    if (case_paper_list(l, &(struct case_filter){ .ledger = "rectification" }, PAPER_LIST_MAX, &duty, now, &p,
                        &e) < 0 ||
        paper_xlsx(&p, &book, &e) < 0)
        die(&e);
    paper_release(&p);
    lap("export", rows, book.len);
    buf_clear(&out);
    if (import_put(l, kept, "rectification", "bench.xlsx", book.data, book.len, &duty, now, &out, &e) < 0)
        die(&e);
    lap("preview of the export", rows, out.len);
    buf_release(&book);
    buf_release(&out);
    ledgers_close(l);
    ledger_store_close(store);
    place_free(place);
    snprintf(command, sizeof command, "rm -r %s", dir);
    return system(command) == 0 ? 0 : 1;
}

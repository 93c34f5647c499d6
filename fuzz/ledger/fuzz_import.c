/* fuzz_import.c - hostile workbooks into a ledger's preview: it is refused, or written as JSON; nothing enters. Bytes that are no zip become the
 * sheet of a small workbook, so that the reading behind the zip is reached too. */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/zip_write.h"
#include "ledger/import.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ledger_store *store;
static struct place *place;
static struct ledgers *ledgers;
static char dir[] = "/tmp/bihuan-fuzz-XXXXXX";

static void drop_folder(void)
{
    char path[400];
    DIR *d = opendir(dir);
    ledgers_close(ledgers);
    ledger_store_close(store);
    place_free(place);
    for (struct dirent *x; d && (x = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, x->d_name);
        (void)remove(path);
    }
    if (d)
        closedir(d);
    (void)remove(dir);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char city[] =
        "{\"regions\":[{\"code\":\"r\"}],\"units\":[{\"code\":\"plant\",\"name\":\"净水厂\"},{\"code\":\"d\","
        "\"name\":\"区分局\"}],\"sites\":[]}";
    struct err e = { 0 };
    json_t *tree = NULL;
    (void)argc, (void)argv;
    if (!mkdtemp(dir) || json_read(city, strlen(city), &tree, &e) < 0 || place_build(tree, &place, &e) < 0 ||
        ledger_store_open(dir, true, &store, &e) < 0 ||
        ledgers_open(store, place, DEFINITIONS, NULL, NULL, &ledgers, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    json_decref(tree);
    atexit(drop_folder);
    return 0;
}

static void preview(const void *bytes, size_t len)
{
    const struct actor duty = { .name = "duty", .role = ROLE_DUTY };
    struct err e = { 0 };
    struct buf out = BUF_INIT;
    json_t *tree = NULL;
    if (import_preview(ledgers, "rectification", bytes, len, &duty, 0, &out, &e) == 0 &&
        json_read(out.data, out.len, &tree, &e) < 0)
        abort();
    json_decref(tree);
    buf_release(&out);
}

static void preview_sheet(const uint8_t *data, size_t size)
{
    struct buf types = BUF_INIT, sheet = BUF_INIT, bytes = BUF_INIT;
    struct err e = { 0 };
    static const char head[] =
        "<worksheet><sheetData><row><c r=\"A1\" t=\"str\"><v>编号</v></c><c t=\"str\"><v>存在问题</v></c><c "
        "t=\"str\"><v>整改措施</v></c><c t=\"str\"><v>责任单位</v></c><c t=\"str\"><v>整改时限</v></c></row>";
    buf_adds(&types, "<Types/>");
    buf_adds(&sheet, head);
    buf_add(&sheet, data, size);
    buf_adds(&sheet, "</sheetData></worksheet>");
    const struct zip_part parts[] = { { "[Content_Types].xml", &types },
                                      { "xl/worksheets/sheet1.xml", &sheet } };
    if (zip_write(parts, 2, &bytes, &e) == 0)
        preview(bytes.data, bytes.len);
    buf_release(&types);
    buf_release(&sheet);
    buf_release(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 && data[0] == 'P' && data[1] == 'K')
        preview(data, size);
    else
        preview_sheet(data, size);
    return 0;
}

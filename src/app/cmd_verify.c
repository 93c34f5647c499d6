/* cmd_verify.c - `bihuan verify`: a receipt's figure computed again, from the file or the data folder it names, without the server. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "app/commands.h"
#include "app/verify.h"
#include "base/scoped.h"

/* What a script asks: does it hold; if not, is it the figure or is it what the figure was made of. */
enum { SAME, DIFFERS, INPUTS_DIFFER_OR_MISUSE };

static int usage(FILE *to)
{
    fprintf(to, "usage: bihuan verify RECEIPT [--data FOLDER|FILE] [--definitions FOLDER]\n"
                "Computes the figure of a receipt again, from the CSV of `bihuan evaluate --receipt` or from "
                "a data folder, "
                "and says whether it\n"
                "is identical, differs (what), or was made of other inputs (which day). Without --data the "
                "file the receipt "
                "names is read.\n"
                "Exit 0: identical, 1: differs, 2: inputs differ, or misuse.\n"
                "按凭据重新计算：一致、结果不同（何处）、输入不同（哪一天）。\n");
    return to == stdout ? SAME : INPUTS_DIFFER_OR_MISUSE;
}

static int read_gz(void *arg, char *to, size_t room, struct err *e)
{
    int n = gzread(arg, to, room > 1 << 20 ? 1 << 20 : (unsigned)room);
    return n < 0 ? err_set(e, -EIO, "the file cannot be read") : n;
}

static int verify_file(const struct shelf *shelf, const json_t *receipt, const char *path,
                       struct verification *v, struct err *e)
{
    errno = 0;
    gzFile in = strcmp(path, "-") == 0 ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rbe");
    if (!in)
        return err_set(e, -(errno ? errno : ENOMEM), "%s: %s", path, strerror(errno ? errno : ENOMEM));
    int r = verify_evaluation(shelf, receipt, read_gz, in, v, e);
    gzclose(in);
    return r;
}

static int verify(const char *path, const char *data, const char *definitions, struct verification *v,
                  struct err *e)
{
    scoped(json_decrefp) json_t *receipt = NULL;
    struct shelf *shelf = NULL;
    int r = json_read_file(path, &receipt, e);
    if (r < 0 || (r = shelf_load(definitions, false, &shelf, e)) < 0)
        return r;
    const char *of = json_str(receipt, "of", "");
    if (strcmp(of, "evaluation") == 0) {
        const char *file = data ? data : json_str(json_object_get(receipt, "inputs"), "file", NULL);
        r = file ? verify_file(shelf, receipt, file, v, e)
                 : err_set(e, -EINVAL, "%s: names no file: give it with --data", path);
    } else if (strcmp(of, "measure") == 0) {
        r = data ? verify_measure(shelf, receipt, data, definitions, v, e)
                 : err_set(e, -EINVAL, "%s: is of a measure: name the data folder with --data", path);
    } else {
        r = err_set(e, -EINVAL, "%s: is no receipt", path);
    }
    shelf_free(shelf);
    return r;
}

static int answer(const struct verification *v)
{
    static const struct {
        const char *text;
        int code;
    } said[] = { [VERIFY_SAME] = { "identical 一致", SAME },
                 [VERIFY_DIFFERS] = { "differs 结果不同", DIFFERS },
                 [VERIFY_INPUTS_DIFFER] = { "inputs differ 输入不同", INPUTS_DIFFER_OR_MISUSE } };
    printf("%s\n%s", said[v->answer].text, v->text.data ? v->text.data : "");
    return said[v->answer].code;
}

int cmd_verify(int argc, char **argv)
{
    static const struct option options[] = { { "data", 1, NULL, 'd' },
                                             { "definitions", 1, NULL, 'D' },
                                             { "help", 0, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    const char *data = NULL, *definitions = definitions_dir();
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'd')
            data = optarg;
        else if (c == 'D')
            definitions = optarg;
        else
            return usage(c == 'h' ? stdout : stderr);
    }
    if (optind + 1 != argc)
        return usage(stderr);
    struct err e = { .name = "" };
    struct verification v = { 0 };
    int r = verify(argv[optind], data, definitions, &v, &e);
    int code = r < 0 ? INPUTS_DIFFER_OR_MISUSE : answer(&v);
    if (r < 0)
        fprintf(stderr, "bihuan verify: %s\n", e.text);
    buf_release(&v.text);
    return code;
}

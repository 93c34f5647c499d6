#include "codec/xml.h"

#include <errno.h>
#include <expat.h>
#include <string.h>

struct run {
    const struct xml_reader *r;
    XML_Parser parser;
    int failed;
    unsigned depth;
};

enum { DEPTH_MAX = 256 };

static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; attributes && attributes[0]; attributes += 2)
        if (strcmp(local(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}

static void halt(struct run *run, int code)
{
    run->failed = code;
    XML_StopParser(run->parser, XML_FALSE);
}

static void on_begin(void *arg, const char *name, const char **attributes)
{
    struct run *run = arg;
    if (++run->depth > DEPTH_MAX) {
        halt(run, -EINVAL);
        return;
    }
    run->r->begin(run->r->arg, local(name), attributes);
    if (run->r->stop && *run->r->stop)
        halt(run, *run->r->stop);
}

static void on_end(void *arg, const char *name)
{
    struct run *run = arg;
    run->depth--;
    run->r->end(run->r->arg, local(name));
    if (run->r->stop && *run->r->stop)
        halt(run, *run->r->stop);
}

static void on_text(void *arg, const char *s, int len)
{
    struct run *run = arg;
    run->r->text(run->r->arg, s, (size_t)len);
}

static void on_doctype(void *arg, const char *name, const char *system, const char *public, int subset)
{
    (void)name, (void)system, (void)public, (void)subset;
    halt(arg, -EINVAL);
}

int xml_parse(const char *text, size_t len, const struct xml_reader *r, struct err *e)
{
    struct run run = { .r = r, .parser = XML_ParserCreate(NULL) };
    if (!run.parser)
        return err_set(e, -ENOMEM, "XML: no memory");
    XML_SetUserData(run.parser, &run);
    XML_SetElementHandler(run.parser, on_begin, on_end);
    XML_SetCharacterDataHandler(run.parser, on_text);
    XML_SetStartDoctypeDeclHandler(run.parser, on_doctype);
    enum XML_Status done = XML_Parse(run.parser, text, (int)len, 1);
    int r2 = 0;
    if (run.failed)
        r2 = err_set(e, run.failed,
                     run.failed == -EINVAL ? "XML: a DTD, or nested too deeply" : "XML: too much");
    else if (done != XML_STATUS_OK)
        r2 = err_set(e, -EINVAL, "XML: line %lu: %s", XML_GetCurrentLineNumber(run.parser),
                     XML_ErrorString(XML_GetErrorCode(run.parser)));
    XML_ParserFree(run.parser);
    return r2;
}

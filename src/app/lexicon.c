#include "app/lexicon.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "lua/sandbox.h"

static int is_lua(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');
    return d->d_name[0] != '.' && dot && !strcmp(dot, ".lua");
}

static void sandbox_freep(struct sandbox **s)
{
    sandbox_free(*s);
}

static int tree_merge(json_t *into, const json_t *from, const char *file, struct err *e)
{
    const char *key;
    json_t *table;
    json_object_foreach((json_t *)(uintptr_t)from, key, table)
    {
        if (key[0] == '$')
            continue;
        if (json_object_get(into, key))
            return err_set(e, -EEXIST, "%s: table '%s' stands in another file too", file, key);
        if (json_object_set(into, key, table) < 0)
            return err_set(e, -ENOMEM, "%s: no memory", file);
    }
    return 0;
}

static int file_add(json_t *into, const char *dir, const char *name, struct err *e)
{
    scoped(buf_release) struct buf path = BUF_INIT;
    scoped(sandbox_freep) struct sandbox *s = NULL;
    json_t *tree = NULL;
    buf_addf(&path, "%s/%s", dir, name);
    if (path.failed)
        return err_set(e, -ENOMEM, "no memory");
    int rc = sandbox_new(NULL, &s, e);
    if (rc >= 0)
        rc = sandbox_load_file(s, path.data, &tree, e);
    if (rc < 0)
        return rc;
    rc = json_is_object(tree) ? tree_merge(into, tree, path.data, e)
                              : err_set(e, -EINVAL, "%s: returns no table", path.data);
    json_decref(tree);
    return rc;
}

int lexicon_load(const char *dir, struct words **ret, struct err *e)
{
    struct dirent **list;
    int n = scandir(dir, &list, is_lua, alphasort);
    if (n < 0)
        return err_set(e, -errno, "words folder '%s': %s", dir, strerror(errno));
    json_t *tree = json_object();
    int rc = !tree ? err_set(e, -ENOMEM, "no memory")
             : n   ? 0
                   : err_set(e, -ENOENT, "words folder '%s' has no *.lua file", dir);
    for (int i = 0; i < n; i++) {
        if (rc >= 0)
            rc = file_add(tree, dir, list[i]->d_name, e);
        free(list[i]);
    }
    free(list);
    if (rc >= 0)
        rc = words_compile(tree, ret, e);
    json_decref(tree);
    return rc;
}

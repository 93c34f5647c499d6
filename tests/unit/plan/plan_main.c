/* plan_main.c - the plan subcommand as a program of its own, for tests by hand and for the bench's peers. */
#include <stdlib.h>

#include "app/commands.h"

const char *definitions_dir(void)
{
    const char *dir = getenv("BIHUAN_DEFINITIONS");
    return dir ? dir : SOURCE_ROOT "/definitions";
}

int main(int argc, char **argv)
{
    return cmd_plan(argc, argv);
}

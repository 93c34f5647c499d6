/* hj212_tool.c - `bihuan hj212` as a program of its own, so that the command can be tested without the rest. */
#include "app/commands.h"

int main(int argc, char **argv)
{
    return cmd_hj212(argc, argv);
}

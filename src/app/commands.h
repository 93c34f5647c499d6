/* commands.h - the subcommands of bihuan; argv[0] is the subcommand's name. Each returns the exit code: 0 done, 1 "the answer is no",
 * 2 misuse. */
#pragma once

/* The folder of the shipped definitions. */
const char *definitions_dir(void);

int cmd_plan(int argc, char **argv);

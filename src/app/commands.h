/* commands.h - the subcommands of the binary; argv[0] is the subcommand's own name. Each returns the exit status: 0 done, 1 the
 * answer is no, 2 misuse. */
#pragma once

int cmd_hj212(int argc, char **argv);

/* paper_leaks.h - for tests whose program writes PDFs: fontconfig keeps what it read of the fonts until the program ends; cairo 1.16 loses under a
 * kilobyte for each font it embeds. Include once a program. */
#pragma once

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libcairo\n";
}

/* paper_noise.h - for tests whose program writes PDFs: what the sanitizers say of libraries that were not built for them. Include once a program.
 *
 * fontconfig keeps what it read of the fonts until the program ends; cairo 1.16 loses under a kilobyte for each font it embeds. Pango reads the
 * fonts on a thread of its own and both lock by means that ThreadSanitizer does not see in them. */
#pragma once

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libcairo\n";
}

const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "race:libfontconfig\nrace:libpango\nrace:libcairo\nrace:libglib\n"
           "mutex:libfontconfig\nmutex:libpango\nmutex:libcairo\nmutex:libglib\n";
}

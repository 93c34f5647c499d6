/* image_hash.c - likeness of pictures in 64 bits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec/image.h"

enum { SIDE = 32, LOW = 8 };

/* Brightness (ITU-R BT.601) of SIDE × SIDE cells; every pixel counts. A picture smaller than that is stretched. */
static void brightness(const struct image *m, double out[SIDE][SIDE])
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int x0 = x * m->width / SIDE, x1 = (x + 1) * m->width / SIDE, y0 = y * m->height / SIDE,
                y1 = (y + 1) * m->height / SIDE;
            double sum = 0;
            x1 += x1 == x0;
            y1 += y1 == y0;
            for (int j = y0; j < y1; j++)
                for (int i = x0; i < x1; i++) {
                    const uint8_t *p = m->rgb + ((size_t)j * (size_t)m->width + (size_t)i) * 3;
                    sum += 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
                }
            out[y][x] = sum / ((x1 - x0) * (y1 - y0));
        }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The LOW × LOW lowest frequencies, DCT-II without its scaling: only their order matters. */
static void low_frequencies(double grey[SIDE][SIDE], double out[LOW * LOW])
{
    const double pi = acos(-1.0);
    double wave[LOW][SIDE], half[LOW][SIDE];
    for (int k = 0; k < LOW; k++)
        for (int i = 0; i < SIDE; i++)
            wave[k][i] = cos(pi * k * (2 * i + 1) / (2.0 * SIDE));
    for (int k = 0; k < LOW; k++)
        for (int y = 0; y < SIDE; y++) {
            half[k][y] = 0;
            for (int x = 0; x < SIDE; x++)
                half[k][y] += grey[y][x] * wave[k][x];
        }
    for (int v = 0; v < LOW; v++)
        for (int u = 0; u < LOW; u++) {
            double sum = 0;
            for (int y = 0; y < SIDE; y++)
                sum += half[u][y] * wave[v][y];
            out[v * LOW + u] = sum;
        }
}

uint64_t image_hash(const struct image *m)
{
    /* An even picture has only noise here: no wave in it reaches three levels of grey. */
    const double faint = 3.0 * SIDE * SIDE / 4;
    double grey[SIDE][SIDE], f[LOW * LOW], sorted[LOW * LOW - 1], strongest = 0;
    if (!m->rgb || m->width < 1 || m->height < 1)
        return 0;
    brightness(m, grey);
    low_frequencies(grey, f);
    memcpy(sorted, f + 1, sizeof sorted);
    qsort(sorted, LOW * LOW - 1, sizeof *sorted, by_size);
    for (int i = 1; i < LOW * LOW; i++)
        strongest = fabs(f[i]) > strongest ? fabs(f[i]) : strongest;
    if (strongest < faint)
        return 0;
    uint64_t hash = 1; /* the mean's place: it says nothing, and a hash is never 0 */
    for (int i = 1; i < LOW * LOW; i++)
        hash |= (uint64_t)(f[i] > sorted[LOW * LOW / 2 - 1]) << i;
    return hash;
}

int image_hash_distance(uint64_t a, uint64_t b)
{
    return __builtin_popcountll(a ^ b);
}

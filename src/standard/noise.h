/* noise.h - sound levels in dB(A): energy means, day and night, zones and cities. Pure. Limits are tables of grade.h: "noise.zones"
 * (GB 3096; variants are the function zones) and "noise.city" (HJ 640). Day is 06:00 to 22:00 (from memory). */
#pragma once

#include "standard/grade.h"

#define NOISE_ZONES "noise.zones"

enum { NOISE_DAY_FIRST = 6, NOISE_DAY_END = 22 };

/* 10 lg(mean(10^(0.1 L))) of n levels of equal length; MICRO_MISSING when fewer than `needs` are there. */
micro noise_leq(const micro *level, size_t n, size_t needs);
/* From the 24 hourly levels of one natural day, hour[i] beginning at i:00. A part short of `needs_day` or `needs_night` hours is
 * missing. *ret_dn: 10 lg{[16 x 10^(0.1 Ld) + 8 x 10^(0.1 (Ln + 10))] / 24}, missing when either is. */
void noise_day(const micro hour[24], size_t needs_day, size_t needs_night, micro *ret_d, micro *ret_n,
               micro *ret_dn);
micro noise_dn(micro d, micro n);
/* A city's region is the plain mean of its grid points, its roads are weighted by length. Missing levels are left out. */
micro noise_region_mean(const micro *level, size_t n);
micro noise_road_mean(const micro *level, const micro *length, size_t n);
/* Function zones: percent of point-times within their limit. MICRO_MISSING when none was judged. */
micro noise_attainment(int within, int judged);

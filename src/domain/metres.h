/* metres.h - how far two positions are apart. */
#pragma once

/* Great circle on a sphere of the earth's mean radius (6,371,008.8 m); degrees in, metres out. */
double metres_between(double lng1, double lat1, double lng2, double lat2);

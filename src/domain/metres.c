#include "domain/metres.h"

#include <math.h>

double metres_between(double lng1, double lat1, double lng2, double lat2)
{
    const double rad = acos(-1.0) / 180, earth = 6371008.8;
    double a = sin((lat2 - lat1) * rad / 2), b = sin((lng2 - lng1) * rad / 2);
    double h = a * a + cos(lat1 * rad) * cos(lat2 * rad) * b * b;
    return 2 * earth * asin(sqrt(h < 1 ? h : 1));
}

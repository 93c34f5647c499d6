#include "codec/hj212_parts.h"

bool hj212_fast_usable(void)
{
    return false;
}

bool hj212_segment_fast(struct hj212_frame *f)
{
    (void)f;
    return false;
}

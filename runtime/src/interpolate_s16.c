/* SPDX-License-Identifier: Apache-2.0
 *
 * Linear interpolation between the values of a function, see interpolate_s16.h.
 */
#include "weft/interpolate_s16.h"

#include "weft/interpolation.h"

void weft_interpolate_s16(const weft_interpolate_s16_params *p, const weft_step *s)
{
    const int16_t *in = (const int16_t *)(const void *)s->in[0];
    int16_t *out = (int16_t *)(void *)s->out[0];
    for (uint32_t i = 0; i < p->elements; ++i) {
        out[i] = weft_interpolated(in[i], p->table);
    }
}

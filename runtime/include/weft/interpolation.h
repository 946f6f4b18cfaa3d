/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of int16 by tables. Twin of interpolated in
 * codegen/weft/ops/elementwise/interpolation.py.
 */
#ifndef WEFT_INTERPOLATION_H
#define WEFT_INTERPOLATION_H

#include <stdint.h>

/* The function of a table of 513 values at an int16 x; slope and result wrap to int16. */
static inline int16_t weft_interpolated(int32_t x, const int16_t *table)
{
    const int16_t *at = table + 256 + (x >> 7);
    const int16_t slope = (int16_t)(at[1] - at[0]);
    return (int16_t)(at[0] + ((slope * (x & 127) + 64) >> 7));
}

#endif

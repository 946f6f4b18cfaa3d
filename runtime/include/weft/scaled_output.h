/* SPDX-License-Identifier: Apache-2.0
 *
 * Outputs of channels that are scaled to the right, in the form that cores with DSP instructions
 * compute fastest.
 */
#ifndef WEFT_SCALED_OUTPUT_H
#define WEFT_SCALED_OUTPUT_H

#include "weft/simd.h"

#include <stdint.h>

/* From twice a sum; `how`: multiplier, addend and shift. */
static inline int8_t weft_scaled_output_s8(int32_t twice, const uint32_t *how)
{
    const int32_t scaled = weft_smmlar(twice, (int32_t)how[0], (int32_t)how[1]);
    return (int8_t)weft_ssat8((scaled + (twice >> 31)) >> how[2]);
}

#endif

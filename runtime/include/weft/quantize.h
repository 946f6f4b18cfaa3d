/* SPDX-License-Identifier: Apache-2.0
 *
 * Real values to int8. Registered in codegen/weft/ops/elementwise/quantize.py; also behind the
 * float helpers. Interfaces include it, so it is C++98 too, where <stdint.h> may lack INT8_MAX.
 */
#ifndef WEFT_QUANTIZE_H
#define WEFT_QUANTIZE_H

#include <stdint.h>

/* round(x / scale) + zero_point, halves away from zero; saturates; NaN gives the zero point. */
static inline int8_t weft_quantize_s8(float x, float scale, int32_t zero_point)
{
    float q = x / scale;
    if (!(q == q)) {
        return (int8_t)zero_point;
    }
    if (q >= 256.0f) {
        return 127;
    }
    if (q <= -256.0f) {
        return -128;
    }
    int32_t whole = (int32_t)q;
    float rest = q - (float)whole; /* exact */
    int32_t value = zero_point + whole + (rest >= 0.5f) - (rest <= -0.5f);
    return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

#endif

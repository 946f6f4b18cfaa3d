/* SPDX-License-Identifier: Apache-2.0
 *
 * float to int8 or uint8, see quantize_f32_s8.h. Twin of Quantize.reference.
 */
#include "weft/quantize_f32_s8.h"

#include "weft/simd.h"

#include <string.h>

#define FRACTION 20 /* bits of quotients behind the point */

/* x times 2^21 toward zero, saturated; NaN gives 0. One instruction of an FPU. */
static inline int32_t fixed(float x)
{
#if defined(__ARM_FP) && (__ARM_FP & 4) && defined(__GNUC__)
    int32_t result;
    __asm__("vcvt.s32.f32 %0, %0, #21" : "+t"(x));
    memcpy(&result, &x, sizeof result);
    return result;
#else
    if (!(x > -1024.0f)) {
        return x <= -1024.0f ? INT32_MIN : 0;
    }
    return x < 1024.0f ? (int32_t)(x * (2 << FRACTION)) : INT32_MAX;
#endif
}

/* Rounding toward zero cannot move a number across a half, so it may go before the rounding that
 * counts: to nearest, halves away from zero. Halved, quotients leave room for the zero point. */
void weft_quantize_f32_s8(const weft_quantize_f32_s8_params *p, const weft_step *s)
{
    const float *in = (const float *)(const void *)s->in[0], scale = p->scale;
    const int32_t offset = (1 << (FRACTION - 1)) + p->zero * (1 << FRACTION);
    int8_t *out = s->out[0];
    for (const float *const end = in + p->elements; in != end;) {
        const int32_t quotient = fixed(*in++ / scale) / 2;
        int32_t value = quotient + (quotient >> 31) + offset;
        WEFT_SSAT8_ASR(value, value, FRACTION);
        *out++ = (int8_t)value;
    }
    if (p->flip) {
        for (uint32_t i = 0; i < p->elements; i++) {
            s->out[0][i] = (int8_t)((uint8_t)s->out[0][i] ^ p->flip);
        }
    }
}

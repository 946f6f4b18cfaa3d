/* SPDX-License-Identifier: Apache-2.0
 *
 * int16 to float, see dequantize_s16_f32.h. Twin of Dequantize.reference.
 */
#include "weft/dequantize_s16_f32.h"

void weft_dequantize_s16_f32(const weft_dequantize_s16_f32_params *p, const weft_step *s)
{
    const int16_t *in = (const int16_t *)(const void *)s->in[0];
    float *out = (float *)(void *)s->out[0];
    for (uint32_t i = 0; i < p->elements; ++i) {
        out[i] = p->scale * (float)in[i];
    }
}

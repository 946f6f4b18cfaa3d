/* SPDX-License-Identifier: Apache-2.0
 *
 * int8 or uint8 to float, see dequantize_s8_f32.h. Twin of Dequantize.reference.
 */
#include "weft/dequantize_s8_f32.h"

void weft_dequantize_s8_f32(const weft_dequantize_s8_f32_params *p, const weft_step *s)
{
    const weft_dequantize_s8_f32_params n = *p;
    const int8_t *in = s->in[0];
    float *out = (float *)(void *)s->out[0];
    for (const int8_t *const end = in + n.elements; in != end;) {
        const int8_t value = (int8_t)((uint8_t)*in++ ^ n.flip);
        *out++ = n.scale * (float)(value - n.zero);
    }
}

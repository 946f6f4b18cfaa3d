/* SPDX-License-Identifier: Apache-2.0
 *
 * Products, see product.h. Twin of Mul.reference.
 */
#include "weft/product.h"

#include "weft/fixedpoint.h"

WEFT_INLINE int32_t product(const void *params, int32_t a, int32_t b)
{
    const weft_product_params *p = (const weft_product_params *)params;
    int32_t value = (a - p->zero1) * (b - p->zero2);
    int32_t scaled = weft_requantize(value, p->multiplier, p->shift) + p->zero_out;
    return weft_clamp(scaled, p->lo, p->hi);
}

void weft_product_s8(const weft_product_params *p, const weft_step *s)
{
    weft_apply(product, p, &p->pair, s, 1, 1, 1);
}

void weft_product_s16(const weft_product_params *p, const weft_step *s)
{
    weft_apply(product, p, &p->pair, s, 2, 2, 2);
}

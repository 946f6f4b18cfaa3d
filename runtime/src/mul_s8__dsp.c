/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 rows by the DSP extension, element for element, see mul_words.h.
 */
#include "weft/mul_words.h"

void weft_mul_s8__dsp(const weft_mul_s8__dsp_params *p, const weft_step *s)
{
    const weft_mul_numbers n = weft_mul_numbers_of(p);
    weft_by_rows(weft_mul_words_of(p), &n, &p->rows, s);
}

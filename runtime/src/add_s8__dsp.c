/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and differences of int8 rows by the DSP extension, see
 * add_words.h.
 */
#include "weft/add_s8__dsp.h"

#include "weft/add_words.h"

WEFT_ADD_WORDS(0)

void weft_add_s8__dsp(const weft_add_s8__dsp_params *p, const weft_step *s)
{
    const weft_add_numbers n = {p->factor1, p->factor2, p->offset, 0, weft_limits_of(p->lo, p->hi)};
    weft_by_rows(words_of(p->lo, p->hi), &n, &p->rows, s);
}

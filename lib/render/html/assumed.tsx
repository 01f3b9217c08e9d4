/** Behind every number that is assumed and not measured. */
export const Assumed = () => <abbr title="assumed and not measured">*</abbr>;

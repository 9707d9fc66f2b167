"""HTTP towards a target: one seam that sends, records, masks, paces and cleans up."""

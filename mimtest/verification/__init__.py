"""Signing a report and looking at one that somebody else hands over. Pure: nothing is asked of a network.

What a signature shows is who stands behind these bytes and that nobody changed them since; whether the test
was made honestly it cannot show. That is why `steps` computes again whatever follows from the report itself.
"""

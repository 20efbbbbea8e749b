"""What nobody should send, made by a seed: the same number gives the same case on every machine.

Each file here makes the cases of one way in, from well-formed ones by mutation, and hands each in as the app would.
"""

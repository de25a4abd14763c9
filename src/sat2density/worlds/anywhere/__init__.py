"""The style `anywhere`: places of every kind that satellite tiles show, and cameras of every
kind.
"""

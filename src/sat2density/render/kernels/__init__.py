"""render/kernels"""

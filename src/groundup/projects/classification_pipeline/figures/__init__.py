"""Figures by theme: experiments with noise, curves of one model, and what a threshold costs."""

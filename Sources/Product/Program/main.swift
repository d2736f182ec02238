print("martlet 0.1.0")

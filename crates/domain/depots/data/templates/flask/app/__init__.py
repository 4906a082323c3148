from flask import Flask, jsonify


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def hello():
        return jsonify(message="Hello, world!")

    @app.get("/health")
    def health():
        return jsonify(status="ok")

    return app

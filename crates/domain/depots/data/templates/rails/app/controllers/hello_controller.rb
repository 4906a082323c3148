class HelloController < ApplicationController
  def show
    @message = "Hello, world!"
  end

  def health
    render json: { status: "ok" }
  end
end
